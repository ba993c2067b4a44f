// Charts: drawn for a light or a dark screen, saved as an image or as the rows they are drawn from.
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

  const screen = () => document.documentElement.classList.contains("dark") ? "dark" : "light";

  // The chart names its colours; beside it stands what they are on light and on dark ground.
  const specOf = (drawing, ground) => {
    const text = document.getElementById(drawing.dataset.chart).textContent;
    const colours = JSON.parse(text)[ground];
    return JSON.parse(text, (_key, value) => typeof value === "string" && Object.hasOwn(colours, value) ? colours[value] : value).chart;
  };

  const draw = async (drawing) => {
    const ground = screen();
    await load(drawing.dataset.bundle);
    await window.vegaEmbed(drawing, specOf(drawing, ground), { actions: false, renderer: "svg", ast: true });
    drawing.dataset.drawn = ground;
  };

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach((drawing) => {
    if (drawing.dataset.drawn !== screen()) draw(drawing);
  });

  const onPaper = (figure) => specOf(figure.querySelector("[data-chart]"), "light");

  const give = (address, name) => {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  };

  // As light paper has it, with its title.
  const saveImage = async (figure, kind) => {
    await load(figure.querySelector("[data-chart]").dataset.bundle);
    const place = document.createElement("div");
    place.style.cssText = "position:absolute;left:-9999px;width:900px";
    document.body.append(place);
    const titled = { ...onPaper(figure), title: { text: figure.dataset.title, subtitle: figure.dataset.subtitle } };
    const { view } = await window.vegaEmbed(place, titled, { actions: false, renderer: "svg", ast: true });
    give(await view.toImageURL(kind, 2), `${figure.dataset.name}.${kind}`);
    view.finalize();
    place.remove();
  };

  // What the chart is drawn from: the longest of its tables.
  const rows = (spec) => [spec, ...(spec.layer ?? [])].map((part) => part.data?.values ?? []).reduce((longest, one) => one.length > longest.length ? one : longest, []);

  const field = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // or a spreadsheet takes it for a formula
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const saveData = (figure, kind) => {
    const found = rows(onPaper(figure));
    const columns = [...new Set(found.flatMap(Object.keys))];
    const lines = [columns, ...found.map((row) => columns.map((column) => row[column]))].map((line) => line.map(field).join(","));
    const text = kind === "json" ? JSON.stringify(found, null, 1) : `\ufeff${lines.join("\r\n")}\r\n`;
    const address = URL.createObjectURL(new Blob([text], { type: kind === "json" ? "application/json" : "text/csv" }));
    give(address, `${figure.dataset.name}.${kind}`);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-saves]");
    if (!button) return;
    const figure = button.closest(".k-charted, .k-box").querySelector("figure");
    const kind = button.dataset.saves;
    (kind === "csv" || kind === "json" ? saveData : saveImage)(figure, kind);
  });

  document.addEventListener("DOMContentLoaded", () => {
    drawAll();
    document.addEventListener("htmx:afterSettle", drawAll);
    new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["class"] });
  });
})();
