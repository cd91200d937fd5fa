// Island: a page that waits for something is loaded again after a while.

/** Milliseconds between two looks. */
const WAIT = 1500;

if (document.querySelector("[data-again]") !== null) setTimeout(() => location.reload(), WAIT);
