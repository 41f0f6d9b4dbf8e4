// Packets of a case are unpacked when it is opened for the first time.

let unpacking;

function unpackedFlows() {
  unpacking ??= (async () => {
    const packed = document.getElementById('packed-flows').textContent;
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).json();
  })();
  return unpacking;
}

async function showFlow(place) {
  const { flow } = place.dataset;
  delete place.dataset.flow;
  const { drawings, cases } = await unpackedFlows();
  const [drawing, ladder, pcap] = cases[flow];
  place.innerHTML = `${drawings[drawing] ?? ''}${ladder}`;
  if (pcap === '') return;
  const bytes = Uint8Array.from(pcap.match(/../g), (pair) => Number.parseInt(pair, 16));
  const link = place.querySelector('.download');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/vnd.tcpdump.pcap' }));
}

// Toggling does not bubble, but it can be caught on its way down.
document.addEventListener(
  'toggle',
  ({ target }) => {
    if (!target.open) return;
    const place = target.querySelector(':scope > [data-flow]');
    if (place) showFlow(place);
  },
  true,
);

// The way of the packet that is looked at stands out in the drawing.
function pointAt({ target }) {
  const flow = target instanceof Element ? target.closest('.flow') : null;
  if (flow === null) return;
  const step = target.closest('[data-step]')?.dataset.step;
  for (const route of flow.querySelectorAll('.route')) {
    route.classList.toggle('pointed', route.dataset.step === step);
  }
}
document.addEventListener('pointerover', pointAt);
document.addEventListener('focusin', pointAt);
