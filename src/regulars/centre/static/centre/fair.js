// A draw computed again where nobody of the shop can touch it: in the customer's own browser.
(() => {
  "use strict";
  if (!window.crypto || !crypto.subtle) return;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

  async function draw(seed, message, denominator) {
    const key = await crypto.subtle.importKey("raw", bytes(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const whole = 1n << 256n, limit = whole - (whole % denominator), stem = message.slice(0, message.lastIndexOf(":"));
    for (let round = 0; ; round++) {
      const code = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${stem}:${round}`)));
      const value = code.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      if (value < limit) return value % denominator;
    }
  }

  for (const button of document.querySelectorAll("button[data-seed]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const found = await draw(button.dataset.seed, button.dataset.message, BigInt(button.dataset.denominator));
      const same = found === BigInt(button.dataset.draw);
      button.nextElementSibling.textContent = same ? button.dataset.same : button.dataset.other;
    });
  }
})();
