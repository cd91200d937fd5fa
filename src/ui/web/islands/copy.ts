// Island: every `<button data-copy="ID">` puts the text of the element with that id on the clipboard, and says so.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => void copy(button));
}

/** Milliseconds for which the button says what it did. */
const SAID = 1500;

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent?.trim() ?? "";
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select and copy it";
  }
  setTimeout(() => {
    button.textContent = before;
  }, SAID);
}
