// `notice verify` and `notice render`: notices as files, outside of any tree. Operations write theirs by announce.ts.
import { basename, resolve } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, textOf, UserError } from "#model/bytes";
import { parseDate, printAddress } from "#model/mail";
import type { Announced, Notice, NoticeTemplates, VerifiedNotice } from "#model/notices";
import { addedNotice, addressesIn, readReceived, removedNotice, uploadedNotice, verifyNotice } from "#model/notices";
import { parsePatchFile } from "#model/queue";
import type { DatedWording, Wording } from "#io/store";
import { readIfThere, readWording, wordingAt } from "#io/store";
import type { World } from "./world.ts";

/** What is needed of the world: no tree. */
type Place = Pick<World, "cwd" | "presetsDir" | "now">;

/** Whose words are meant. */
export interface WordingRequest {
  /** A longarm.toml, or only its [notices]; null for the preset alone. */
  readonly config: string | null;
  /** Used when there is no configuration file. */
  readonly preset: string;
}

/** One mail, verified. */
export interface VerifiedFile {
  readonly file: string;
  /** The version of the wording that it was compared with: the first day that it no longer held, null for today's. */
  readonly version: string | null;
  /** Whether the mail's date is in that version. */
  readonly dated: boolean;
  /** Null when no version could have made this mail. */
  readonly verified: VerifiedNotice | null;
  /** What lists did to it and was taken back. */
  readonly undone: readonly string[];
}

/** Without `until` it is today's. */
type Era = Wording & { readonly until?: number };

/** Nobody: the sender of a notice is taken from the mail, and names nobody where it is rendered without a configuration. */
const NOBODY = "maintainer@localhost";

/**
 * Each mail written again from its own parts. The version of its date is tried first, then the others, newest first; when none is
 * equal, the first that could be read is compared. Throws UserError for a file that is not there.
 */
export function verifyNotices(world: Place, files: readonly string[], request: WordingRequest): VerifiedFile[] {
  const wording = wordingOf(world, request);
  const all: readonly Era[] = [wording, ...wording.versions.toReversed()];
  return files.map((file) => {
    const received = readReceived(bytesOfFile(world, file));
    const dated: Era = wordingAt(wording, received.date?.time ?? world.now().getTime());
    const tries = [dated, ...all.filter((one) => one !== dated)].flatMap((one) => {
      const templates = one.notices;
      if (templates === null) return [];
      const verified = verifyNotice(received, { ...templates, list: templates.archive });
      return verified === null ? [] : [{ one, verified }];
    });
    const best = tries.find(({ verified }) => verified.differences.length === 0) ?? tries[0];
    return {
      file,
      version: best?.one.until === undefined ? null : new Date(best.one.until).toISOString().slice(0, 10),
      dated: best?.one === dated,
      verified: best?.verified ?? null,
      undone: received.undone,
    };
  });
}

export interface RenderRequest extends WordingRequest {
  /** A patch file; a series file for the kind `uploaded`. */
  readonly patch: string;
  /** File name of the patch in the queue; null for the file's own. */
  readonly name: string | null;
  /** `added`, `uploaded`, or a removal reason. */
  readonly kind: string;
  readonly branch: string;
  readonly into: string | null;
  /** A file with the names of the author's patches, one a line; null for none. */
  readonly roster: string | null;
  /** A mail's date or an ISO one; null for now. Chooses the version of the wording too. */
  readonly date: string | null;
  /** For the kind `uploaded`. */
  readonly base: string | null;
}

/** The whole notice. Throws UserError for an unreadable patch or date, and for a wording without notices. */
export function renderNotice(world: Place, request: RenderRequest): Notice {
  const date = request.date === null ? { time: world.now().getTime(), zone: 0 } : dateOf(request.date);
  const templates = wordingAt(wordingOf(world, request), date.time).notices;
  if (templates === null) {
    throw new UserError("this configuration has no notices", { hint: "choose a preset that has them: --preset mm" });
  }
  const bytes = bytesOfFile(world, request.patch);
  if (request.kind === "uploaded") return renderUploaded(templates, date, bytes, request);
  const patch = parsePatchFile(bytes);
  const [problem] = patch.problems;
  if (problem !== undefined || patch.author === null) {
    throw new UserError(`"${request.patch}": ${problem?.message ?? "no author is in it"}`, {
      hint: "name a patch file with From:, Subject: and a unified diff",
    });
  }
  const author = byteString(bytesOf(printAddress(patch.author)));
  const name = request.name ?? basename(request.patch);
  const about: Announced = {
    templates,
    date,
    name,
    title: byteString(bytesOf(patch.title ?? name)),
    branch: request.branch,
    author,
    trailers: patch.trailers,
    patch: patch.source,
    queue: request.roster === null ? [] : namesIn(world, request.roster).map((one) => ({ name: one, author })),
  };
  if (request.kind === "added") return addedNotice(about);
  return removedNotice({ ...about, kind: request.kind, ...(request.into === null ? {} : { into: request.into }) });
}

function renderUploaded(
  templates: NoticeTemplates,
  date: Announced["date"],
  series: Bytes,
  request: RenderRequest,
): Notice {
  const stamp = new Date(date.time + date.zone * 60_000).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const lines = byteString(series).split("\n");
  const notice = uploadedNotice({
    templates,
    date,
    stamp,
    base: byteString(bytesOf(request.base ?? "")),
    series: lines.filter((line) => line !== ""),
    to: [templates.list, ...addressesIn(templates.sender)],
  });
  if (notice !== null) return notice;
  throw new UserError('this wording has no notice of the kind "uploaded"', {
    hint: "name a day when it had one with --date",
  });
}

function wordingOf(
  world: Place,
  { config, preset }: WordingRequest,
): Wording & { readonly versions: readonly DatedWording[] } {
  const text = config === null ? null : textOf(bytesOfFile(world, config));
  return readWording(text, config ?? preset, world.presetsDir, { preset, maintainer: NOBODY });
}

function namesIn(world: Place, file: string): string[] {
  return textOf(bytesOfFile(world, file))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function dateOf(text: string): Announced["date"] {
  const { date } = parseDate(byteString(bytesOf(text)));
  const time = date.time ?? Date.parse(text);
  if (Number.isNaN(time)) {
    throw new UserError(`"${text}" is no date`, {
      hint: 'write it as "2024-02-12" or "Mon, 12 Feb 2024 11:30:54 -0500"',
    });
  }
  return { time, zone: date.zone ?? 0 };
}

function bytesOfFile(world: Place, file: string): Bytes {
  const bytes = readIfThere(resolve(world.cwd, file));
  if (bytes === null) throw new UserError(`no file "${file}"`, { hint: "name a file that is there" });
  return bytes;
}
