// The console's own few behaviours: charts, the language switch, copying, and JSON that is checked while one types.
"use strict";
(() => {
  const loaded = new Map();
  const load = (address) => {
    if (!loaded.has(address)) {
      loaded.set(address, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.type = "module";
        script.src = address;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loaded.get(address);
  };

  const draw = async (figure) => {
    const specs = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const dark = document.documentElement.classList.contains("dark");
    await load(figure.dataset.bundle);
    await window.vegaEmbed(figure, specs[dark ? "dark" : "light"], { actions: false, renderer: "svg", ast: true });
    figure.dataset.drawn = dark ? "dark" : "light";
  };

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach((figure) => {
    const dark = document.documentElement.classList.contains("dark") ? "dark" : "light";
    if (figure.dataset.drawn !== dark) draw(figure);
  });

  const checkJson = (box) => {
    const says = document.getElementById(box.getAttribute("aria-describedby"));
    let problem = "";
    try { JSON.parse(box.value); } catch (error) { problem = error.message; }
    box.setAttribute("aria-invalid", problem ? "true" : "false");
    if (says) says.textContent = problem ? `${says.dataset.wrong} ${problem}` : says.dataset.right;
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
    await navigator.clipboard.writeText(source.value ?? source.textContent);
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
  // A chart as an image, with its title, as light paper has it.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-saves]");
    if (!button) return;
    const figure = button.closest(".k-box").querySelector("figure");
    const drawing = figure.querySelector("[data-chart]");
    const spec = JSON.parse(document.getElementById(drawing.dataset.chart).textContent).light;
    await load(drawing.dataset.bundle);
    const place = document.createElement("div");
    place.style.cssText = "position:absolute;left:-9999px;width:900px";
    document.body.append(place);
    const titled = { ...spec, title: { text: figure.dataset.title, subtitle: figure.dataset.subtitle } };
    const { view } = await window.vegaEmbed(place, titled, { actions: false, renderer: "svg", ast: true });
    const link = document.createElement("a");
    link.href = await view.toImageURL(button.dataset.saves, 2);
    link.download = `${figure.dataset.name}.${button.dataset.saves}`;
    link.click();
    view.finalize();
    place.remove();
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
    drawAll();
    document.addEventListener("htmx:afterSettle", drawAll);
    new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["class"] });
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
