// Packets of a case are unpacked when it is opened for the first time.

async function showFlow(place) {
  const { flow } = place.dataset;
  delete place.dataset.flow;
  const { drawings, flows } = await packed.unpacked();
  const [drawing, ladder, pcap] = flows[flow];
  place.innerHTML = `${drawings[drawing] ?? ''}${ladder}`;
  if (pcap === '') return;
  const bytes = Uint8Array.from(pcap.match(/../g), (pair) => Number.parseInt(pair, 16));
  const link = place.querySelector('.download');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/vnd.tcpdump.pcap' }));
}

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
