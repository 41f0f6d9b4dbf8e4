// Folds whose content is packed get it when they are opened for the first time. Other scripts of the page use `packed`.

let unpacking;

function unpacked() {
  unpacking ??= (async () => {
    const packed = document.getElementById('packed')?.textContent ?? '';
    if (packed === '') return { folds: [], drawings: [], flows: {} };
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).json();
  })();
  return unpacking;
}

/** Puts what was packed into its place; a place that has it already is left alone. */
async function fill(place) {
  const { folds } = await unpacked();
  const { packed } = place.dataset;
  if (packed === undefined) return;
  delete place.dataset.packed;
  place.innerHTML = folds[packed];
  place.dispatchEvent(new Event('filled', { bubbles: true }));
}

async function fillAll() {
  await Promise.all([...document.querySelectorAll('[data-packed]')].map(fill));
}

/** Fills the fold that an element is packed in; nothing where no fold has it. */
async function fillFor(id) {
  const { folds } = await unpacked();
  const wanted = `id="${id.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
  const place = [...document.querySelectorAll('[data-packed]')].find(({ dataset }) =>
    folds[dataset.packed].includes(wanted),
  );
  if (place) await fill(place);
}

globalThis.packed = { unpacked, fill, fillAll, fillFor };

// Toggling does not bubble, but it can be caught on its way down.
document.addEventListener(
  'toggle',
  ({ target }) => {
    if (!target.open) return;
    const place = target.querySelector(':scope > [data-packed]');
    if (place) fill(place);
  },
  true,
);
