// Copying and sharing the link, where the browser can. Without this file it can be marked and copied by hand.
(() => {
  "use strict";
  const copy = document.querySelector("[data-copy]");
  const share = document.querySelector("[data-share]");
  const field = document.getElementById("link");
  const said = document.querySelector("[data-copied]");
  if (!field) return;

  // The older way copies where the newer is missing (a page without HTTPS) or refused (a window without the focus).
  const copied = async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.select();
      return document.execCommand("copy");
    }
  };
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      said.textContent = (await copied()) ? said.dataset.words : said.dataset.wordsMarked;
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
