// When a receiver is tried again, and when it is given up: how far each one is, as a value, and what changes it.
// Nothing is sent or written here, and the time is the caller's.

/** How far a receiver is. */
export interface HookState {
  /** The last operation of the ledger that was looked at; null before the first. */
  readonly seen: string | null;
  /** Operations that it is still to be told of, oldest first; the first is the one that is tried. */
  readonly pending: readonly string[];
  /** How often the first was tried in vain. */
  readonly tries: number;
  /** When it is tried again, in milliseconds since 1970; null for now. */
  readonly next: number | null;
  /** Why the last try was in vain; null when it was not. */
  readonly problem: string | null;
  /** When a message last arrived, UTC; null for never. */
  readonly delivered: string | null;
}

/** What a receiver is at first: it is told of what comes, not of what was. */
export function newHook(seen: string | null): HookState {
  return { seen, pending: [], tries: 0, next: null, problem: null, delivered: null };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds between one try and the next; behind the last of them a message is given up: after ten tries, a day and a quarter later. */
const DELAYS: readonly number[] = [
  SECOND,
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  4 * HOUR,
  8 * HOUR,
  16 * HOUR,
];

/** Messages that wait for one receiver; the oldest are given up for what comes. */
export const MAX_PENDING = 10_000;

/** Milliseconds until a message is tried again that was tried so often; null when it is given up. */
export function delayAfter(tries: number): number | null {
  return DELAYS[tries - 1] ?? null;
}

/** With more to be told of; `dropped` are those that there is no room for. */
export function withPending(
  state: HookState,
  seen: string | null,
  operations: readonly string[],
): { readonly state: HookState; readonly dropped: readonly string[] } {
  const pending = [...state.pending, ...operations.filter((one) => !state.pending.includes(one))];
  const over = Math.max(0, pending.length - MAX_PENDING);
  if (over === 0) return { state: { ...state, seen, pending }, dropped: [] };
  return {
    state: { ...state, seen, pending: pending.slice(over), tries: 0, next: null },
    dropped: pending.slice(0, over),
  };
}

/** After the first message arrived; `at` is when. */
export function afterDelivery(state: HookState, at: string): HookState {
  return { ...state, pending: state.pending.slice(1), tries: 0, next: null, problem: null, delivered: at };
}

/** After a try in vain at `now`; `dead` is the operation of a message that is given up by that. */
export function afterFailure(
  state: HookState,
  now: number,
  problem: string,
): { readonly state: HookState; readonly dead: string | null } {
  const tries = state.tries + 1;
  const delay = delayAfter(tries);
  if (delay !== null) return { state: { ...state, tries, next: now + delay, problem }, dead: null };
  const [dead = null, ...pending] = state.pending;
  return { state: { ...state, pending, tries: 0, next: null, problem }, dead };
}

/** Whether there is something to send now. */
export function isDue({ pending, next }: HookState, now: number): boolean {
  return pending.length > 0 && (next === null || next <= now);
}
