// What the languages of source trees look like, as far as colours need it: comments, strings, words with a meaning. Not a parser:
// it sees pieces of files, and is wrong only about colours.

export interface Language {
  /** Begin of a comment up to the end of the line. */
  readonly line: readonly string[];
  /** Begin and end of a comment that may have several lines. */
  readonly block: readonly (readonly [string, string])[];
  /** Quotes; a backslash keeps the next character from ending it. Three of them span lines, one does not. */
  readonly quotes: readonly string[];
  readonly words: ReadonlySet<string>;
  /** A line that begins with it is for the preprocessor. */
  readonly macro: RegExp | null;
}

function language(words: string, rest: Partial<Language>): Language {
  return { line: [], block: [], quotes: ['"', "'"], macro: null, words: new Set(words.split(" ")), ...rest };
}

const SLASHES = { line: ["//"], block: [["/*", "*/"]] } as const;
const HASH = { line: ["#"] } as const;

const C = language(
  "auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false NULL class public private protected virtual template namespace using new delete this u8 u16 u32 u64 s8 s16 s32 s64 size_t ssize_t loff_t gfp_t pgoff_t __init __exit __iomem __user __rcu __always_inline",
  { ...SLASHES, macro: /^\s*#\s*[a-z]+/ },
);
const SHELL = language(
  "if then else elif fi for in do done while until case esac function return local export set unset shift exit break continue readonly trap eval exec",
  HASH,
);
const PYTHON = language(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False self",
  { ...HASH, quotes: ['"""', "'''", '"', "'"], macro: /^\s*@\w+/ },
);
const PERL = language(
  "my our local sub if elsif else unless while until for foreach return last next use require package and or not eq ne lt gt le ge qw",
  HASH,
);
const RUST = language(
  "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while i8 i16 i32 i64 u8 u16 u32 u64 usize isize bool str String Option Result",
  { ...SLASHES, quotes: ['"'], macro: /^\s*#!?\[/ },
);
const SCRIPT = language(
  "as async await break case catch class const continue debugger default delete do else enum export extends false finally for from function get if implements import in instanceof interface let new null of private public readonly return set static super switch this throw true try type typeof undefined var void while with yield",
  { ...SLASHES, quotes: ['"', "'", "`"] },
);
const MAKE = language("ifeq ifneq ifdef ifndef else endif include define endef export override", {
  ...HASH,
  quotes: [],
  macro: /^[\w$(){}./-]+\s*[:+?]?=/,
});
const KCONFIG = language(
  "config menuconfig choice endchoice comment menu endmenu if endif source mainmenu bool tristate string hex int prompt default depends on select imply visible range help optional y n m def_bool def_tristate",
  HASH,
);
const YAML = language("true false null yes no", { ...HASH, macro: /^\s*(?:- )?[\w.$-]+:(?=\s|$)/ });
const ASSEMBLER = language("", { line: ["//"], block: [["/*", "*/"]], macro: /^\s*(?:#\s*[a-z]+|\.[a-z_]+)/ });
const TREE = language("", { ...SLASHES, quotes: ['"'], macro: /^\s*(?:#\s*[a-z]+|\/[a-z0-9-]+\/)/ });

const BY_NAME: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:c|h|cc|cpp|hpp|cxx|y|l)$/, C],
  [/\.(?:S|s)$/, ASSEMBLER],
  [/\.(?:dts|dtsi|dtso)$/, TREE],
  [/\.(?:sh|bash)$|(?:^|\/)configure$/, SHELL],
  [/\.py$/, PYTHON],
  [/\.(?:pl|pm)$/, PERL],
  [/\.rs$/, RUST],
  [/\.(?:[cm]?[jt]sx?|java|go)$/, SCRIPT],
  [/(?:^|\/)(?:GNUm|M|m)akefile[^/]*$|\.mk$|(?:^|\/)Kbuild[^/]*$/, MAKE],
  [/(?:^|\/)Kconfig[^/]*$/, KCONFIG],
  [/\.(?:ya?ml)$/, YAML],
];

/** By the file's name; null for what has no colours here. */
export function languageOf(path: string): Language | null {
  return BY_NAME.find(([name]) => name.test(path))?.[1] ?? null;
}
