// Completion scripts for bash, zsh and fish from the command tree. They start no longarm: patch names come from the file "series".
import type { CommandNode, OptionNode } from "./command-tree.ts";
import { allCommands } from "./command-tree.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script; where to put it is the shell's business. */
export function completionScript(program: CommandNode, shell: Shell): string {
  return { bash, zsh, fish }[shell](program);
}

/** Prints the patch names of the tree in directory `$1`, without marks and options of the series. */
const PATCHES = `sed -n -e 's/^# *disabled: *//' -e '/^#/d' -e 's/[[:space:]].*//' -e '/./p' "$1/series" 2>/dev/null`;

function bash(program: CommandNode): string {
  const nodes = allCommands(program);
  const name = program.path.join(" ");
  return `# bash completion for ${name}; made by: ${name} completion bash
_${name}_patches() { ${PATCHES}; }
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # Bash breaks words at "=" and ":", patch names do not.
  local whole=\${COMP_LINE:0:COMP_POINT}
  whole=\${whole##*[[:blank:]]}
  local broken=\${whole%"$current"} at=${name} dir=. word i
  local -a words=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in -C | --directory) dir=\${COMP_WORDS[i + 1]} ;; esac
    case "$at \${COMP_WORDS[i]}" in
      ${nodes
        .slice(1)
        .map(({ path }) => quoted(path.join(" ")))
        .join(" | ")}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $previous" in
${nodes
  .flatMap((node) => node.options.filter(({ takesValue }) => takesValue).map((option) => ({ node, option })))
  .map(({ node, option }) => {
    const patterns = namesOf(option).map((one) => quoted(`${node.path.join(" ")} ${one}`));
    const reply =
      option.choices.length === 0
        ? 'mapfile -t COMPREPLY < <(compgen -f -- "$current")'
        : `mapfile -t COMPREPLY < <(compgen -W ${quoted(option.choices.join(" "))} -- "$current")`;
    return `    ${patterns.join(" | ")}) ${reply}; return ;;`;
  })
  .join("\n")}
  esac
  case $at in
${nodes
  .map((node) => {
    const words = [...wordsOf(node), ...node.options.flatMap(namesOf)].map(quoted).join(" ");
    const patches = takesPatches(node) ? ` mapfile -t -O "\${#words[@]}" words < <(_${name}_patches "$dir")` : "";
    const files = takesFiles(node) ? " compopt -o default" : "";
    return `    ${quoted(node.path.join(" "))}) words=(${words})${patches === "" ? "" : `;${patches}`}${files === "" ? "" : `;${files}`} ;;`;
  })
  .join("\n")}
  esac
  # Names of patches are foreign, and compgen -W would run what is in them: they are compared and quoted.
  COMPREPLY=()
  for word in "\${words[@]}"; do
    [[ $word == "$whole"* ]] && COMPREPLY+=("$(printf %q "$word")")
  done
  COMPREPLY=("\${COMPREPLY[@]#"$broken"}")
}
complete -F _${name} ${name}
`;
}

function zsh(program: CommandNode): string {
  const nodes = allCommands(program);
  const name = program.path.join(" ");
  return `#compdef ${name}
# zsh completion for ${name}; made by: ${name} completion zsh
_${name}_patches() { ${PATCHES} }
_${name}() {
  local at=${name} dir=. i
  local -a known
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in (-C | --directory) dir=$words[i+1] ;; esac
    case "$at $words[i]" in
      (${nodes
        .slice(1)
        .map(({ path }) => quoted(path.join(" ")))
        .join(" | ")}) at="$at $words[i]" ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${nodes
  .flatMap((node) => node.options.filter(({ takesValue }) => takesValue).map((option) => ({ node, option })))
  .map(({ node, option }) => {
    const patterns = namesOf(option).map((one) => quoted(`${node.path.join(" ")} ${one}`));
    const reply = option.choices.length === 0 ? "_files" : `compadd -- ${option.choices.map(quoted).join(" ")}`;
    return `    (${patterns.join(" | ")}) ${reply}; return ;;`;
  })
  .join("\n")}
  esac
  case $at in
${nodes
  .map((node) => {
    const entries: (readonly [string, string])[] = [
      ...node.commands.map((one) => [one.path.at(-1) ?? "", one.summary] as const),
      ...node.arguments.flatMap(({ choices, description }) => choices.map((one) => [one, description] as const)),
      ...node.options.flatMap((option) => namesOf(option).map((one) => [one, option.description] as const)),
    ];
    const patches = takesPatches(node) ? ` compadd -- \${(f)"$(_${name}_patches "$dir")"};` : "";
    const files = takesFiles(node) ? " _files;" : "";
    return `    (${quoted(node.path.join(" "))}) known=(${described(entries)});${patches}${files} _describe ${quoted(name)} known ;;`;
  })
  .join("\n")}
  esac
}
# Read by compinit from a file of fpath it is the function itself; sourced, it is only declared.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fish(program: CommandNode): string {
  const nodes = allCommands(program);
  const name = program.path.join(" ");
  const lines = nodes.flatMap((node) => {
    const at = `complete -c ${name} -n ${fishQuoted(`__${name}_at ${fishQuoted(node.path.join(" "))}`)}`;
    return [
      `${at} -f${takesFiles(node) ? " -F" : ""}`.replace(" -f -F", " -F"),
      ...node.commands.map((one) => `${at} -a ${fishQuoted(one.path.at(-1) ?? "")} -d ${fishQuoted(one.summary)}`),
      ...node.arguments.flatMap(({ choices, description }) =>
        choices.map((one) => `${at} -a ${fishQuoted(one)} -d ${fishQuoted(description)}`),
      ),
      ...(takesPatches(node) ? [`${at} -a ${fishQuoted(`(__${name}_patches)`)}`] : []),
      ...node.options.map((option) => {
        const short = option.short === null ? "" : ` -s ${option.short.slice(1)}`;
        const long = option.long === null ? "" : ` -l ${option.long.slice(2)}`;
        const value = !option.takesValue
          ? ""
          : option.choices.length === 0
            ? " -r -F"
            : ` -x -a ${fishQuoted(option.choices.join(" "))}`;
        return `${at}${short}${long}${value} -d ${fishQuoted(option.description)}`;
      }),
    ];
  });
  return `# fish completion for ${name}; made by: ${name} completion fish
function __${name}_at
    set -l at ${name}
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${nodes
              .slice(1)
              .map(({ path }) => fishQuoted(path.join(" ")))
              .join(" ")}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
function __${name}_patches
    set -l dir .
    set -l words (commandline -opc)
    for i in (seq (count $words))
        contains -- $words[$i] -C --directory; and set -q words[(math $i + 1)]; and set dir $words[(math $i + 1)]
    end
    ${PATCHES.replace('"$1/series"', '"$dir/series"')}
end
${lines.join("\n")}
`;
}

function namesOf({ short, long }: OptionNode): string[] {
  return [...(long === null ? [] : [long]), ...(short === null ? [] : [short])];
}

/** Sub-commands, and words that an argument takes. */
function wordsOf(node: CommandNode): string[] {
  return [...node.commands.map(({ path }) => path.at(-1) ?? ""), ...node.arguments.flatMap(({ choices }) => choices)];
}

function takesPatches(node: CommandNode): boolean {
  return node.arguments.some(({ name }) => /^patch(?:es)?$/.test(name));
}

/** Arguments that are neither patches nor one of some words may be files. */
function takesFiles(node: CommandNode): boolean {
  return node.arguments.some(({ name, choices }) => choices.length === 0 && !/^patch(?:es)?$/.test(name));
}

/** One word for bash and zsh, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** One word for fish. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** `word:description` for zsh's `_describe`. */
function described(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([word, text]) => quoted(`${word.replaceAll(":", "\\:")}:${text}`)).join(" ");
}
