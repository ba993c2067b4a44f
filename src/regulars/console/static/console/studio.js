// The studio's sliders: what each stands on is said beside it, and a reset asks again.
"use strict";
(() => {
  const say = (slider) => {
    const output = slider.parentElement.querySelector("output");
    output.textContent = slider.value;
    output.classList.toggle("s-slid", slider.value !== slider.defaultValue);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches(".s-slider input")) say(event.target);
  });
  document.addEventListener("reset", (event) => {
    const form = event.target;
    setTimeout(() => {
      form.querySelectorAll(".s-slider input").forEach(say);
      form.querySelector(".s-sliders").dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();

// One more row of a list of rows: the last one again, empty.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-adds-row]");
  if (!button) return;
  const prefix = button.dataset.addsRow;
  const total = document.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const rows = button.parentElement.querySelectorAll(".s-row");
  const last = rows[rows.length - 1];
  const fresh = last.cloneNode(true);
  const number = Number(total.value);
  const renumber = (text) => text.replaceAll(`${prefix}-${number - 1}-`, `${prefix}-${number}-`);
  fresh.querySelectorAll("[name], [id], [for], [aria-describedby]").forEach((element) => {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, renumber(element.getAttribute(name)));
    }
  });
  fresh.querySelectorAll("input, textarea").forEach((box) => {
    if (box.type === "checkbox") box.checked = false;
    else box.value = "";
    box.removeAttribute("aria-invalid");
  });
  fresh.querySelectorAll(".errorlist").forEach((list) => list.remove());
  fresh.setAttribute("aria-label", fresh.getAttribute("aria-label").replace(String(number), String(number + 1)));
  last.after(fresh);
  total.value = String(number + 1);
  fresh.querySelector("input").focus();
});
