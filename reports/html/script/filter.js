// Narrows the cases down by words, mode and status. Words may be anywhere in what a case says of itself.

const form = document.querySelector('.filter');
if (form) {
  const { text, mode, status } = form.elements;
  const all = Number(form.dataset.cases);
  let cases;
  let groups;

  /** Cases that are packed away are looked through too. */
  const look = async () => {
    await packed.fillAll();
    cases ??= [...document.querySelectorAll('#cases .case')].map((element) => ({
      element,
      words: [...element.querySelectorAll(':scope > summary, :scope > .evidence')]
        .map(({ textContent }) => textContent)
        .join(' ')
        .toLowerCase(),
    }));
    groups ??= [...document.querySelectorAll('#cases .group')].map((element) => ({
      element,
      wasOpen: element.open,
      cases: [...element.querySelectorAll('.case')],
    }));
  };

  const narrow = async () => {
    await look();
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const statuses = status.value.split(' ');
    let shown = 0;
    for (const item of cases) {
      const { dataset } = item.element;
      const fits =
        (mode.value === '' || dataset.mode === mode.value) &&
        (status.value === '' || statuses.includes(dataset.status)) &&
        words.every((word) => item.words.includes(word));
      item.element.hidden = !fits;
      if (fits) shown++;
    }
    const isNarrowed = words.length > 0 || mode.value !== '' || status.value !== '';
    for (const element of document.querySelectorAll('#cases .unsearched')) element.hidden = isNarrowed;
    for (const item of groups) {
      const left = item.cases.filter(({ hidden }) => !hidden).length;
      item.element.hidden = isNarrowed && left === 0;
      item.element.open = isNarrowed ? left > 0 && shown <= 60 : item.wasOpen;
    }
    form.querySelector('output').textContent = isNarrowed
      ? `${shown} of ${cases.length} cases`
      : `${all} cases`;
  };

  form.addEventListener('input', narrow);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  form.querySelector('output').textContent = `${all} cases`;

  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.closest('input, select, textarea');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const section = form.closest('details');
    if (section) section.open = true;
    text.focus();
    form.scrollIntoView({ block: 'center' });
  });
}
