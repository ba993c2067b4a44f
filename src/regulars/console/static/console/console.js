// The console's own few behaviours: the language switch, copying, and JSON that is checked while one types.
"use strict";
(() => {
  const checkJson = (box) => {
    const says = document.getElementById(box.getAttribute("aria-describedby"));
    let problem = "";
    try { JSON.parse(box.value); } catch (error) { problem = error.message; }
    box.setAttribute("aria-invalid", problem ? "true" : "false");
    if (says) says.textContent = problem ? `${says.dataset.wrong} ${problem}` : says.dataset.right;
  };

  // The older way copies where the newer is missing (a page without HTTPS) or refused (a window without the focus). It
  // copies what is marked, and what is copied may be hidden: so it is marked in a box of its own.
  const copied = async (source) => {
    const text = source.value ?? source.textContent;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const [focused, box] = [document.activeElement, document.createElement("textarea")];
      box.value = text;
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      focused.focus();
      if (!done) getSelection().selectAllChildren(source);
      return done;
    }
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.submit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-json]")) checkJson(event.target);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copies);
    if (!await copied(source)) return;
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 1600);
  });
  // A word to choose, added to what is typed already.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-adds]");
    if (!button) return;
    const box = document.querySelector(button.dataset.adds);
    const words = box.value.split(box.value.includes("\n") ? "\n" : /[,，、]/).map((word) => word.trim()).filter(Boolean);
    const word = button.textContent.trim();
    box.value = words.includes(word) ? box.value : [...words, word].join(box.value.includes("\n") ? "\n" : ", ");
  });
  // A problem's line, in the box where it can be mended.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line-of]");
    if (!button) return;
    const box = document.querySelector(button.dataset.lineOf);
    const lines = box.value.split("\n");
    const number = Math.min(Number(button.dataset.lineNumber), lines.length);
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    box.focus();
    box.setSelectionRange(start, start + lines[number - 1].length);
    const height = parseFloat(getComputedStyle(box).lineHeight);
    box.scrollTop = Math.max(0, (number - 6) * height);
    box.scrollIntoView({ block: "center" });
  });
  // A box whose part could not be fetched says so.
  const unfetched = (event) => {
    const box = event.target.closest?.(".k-box");
    if (!box) return;
    const note = document.createElement("p");
    note.className = "k-note k-note-bad";
    note.setAttribute("role", "status");
    note.textContent = box.dataset.failed;
    box.removeAttribute("aria-busy");
    box.replaceChildren(note);
  };
  document.addEventListener("htmx:responseError", unfetched);
  document.addEventListener("htmx:sendError", unfetched);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-json]").forEach(checkJson);
  });
})();

// Unfold opens its menus with elements that no keyboard reaches: make them buttons.
(() => {
  const opens = (root) => root.querySelectorAll("[x-on\\:click]:not(button, a[href], input, select, [role], [x-on\\:click\\.outside])").forEach((element) => {
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    if (!element.textContent.trim().length) return;
    element.addEventListener("keydown", (event) => {
      if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      element.click();
    });
  });
  // Its icons are words in a font of pictures; beside a text they are not to be read out.
  const hush = (root) => root.querySelectorAll("a > .material-symbols-outlined, button > .material-symbols-outlined, [role=button] > .material-symbols-outlined").forEach((icon) => {
    if (icon.parentElement.textContent.trim() !== icon.textContent.trim()) icon.setAttribute("aria-hidden", "true");
  });
  document.addEventListener("DOMContentLoaded", () => { opens(document); hush(document); });
})();
