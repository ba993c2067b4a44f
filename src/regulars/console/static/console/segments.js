// Segments' form: a word put into a box by a button counts as typed.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("#builder [data-adds]");
  if (button) document.querySelector(button.dataset.adds).dispatchEvent(new Event("input", { bubbles: true }));
});
