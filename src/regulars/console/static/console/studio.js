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
