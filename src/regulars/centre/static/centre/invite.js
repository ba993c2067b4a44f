// Copying and sharing the link, where the browser can. Without this file it can be marked and copied by hand.
(() => {
  "use strict";
  const copy = document.querySelector("[data-copy]");
  const share = document.querySelector("[data-share]");
  const field = document.getElementById("link");
  const said = document.querySelector("[data-copied]");
  if (!field) return;

  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        said.textContent = said.dataset.words;
      } catch {
        field.select();
      }
    });
  }
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => {
      navigator.share({ title: share.dataset.title, text: share.dataset.title, url: field.value }).catch(() => {});
    });
  }
  field.addEventListener("focus", () => field.select());
})();
