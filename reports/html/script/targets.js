// Links to something open it, however deep it is folded away. `#case=nat/reply/source` leads to the first of that name.

function nameOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return '';
  }
}

function elementOf(name) {
  return (
    document.getElementById(name) ??
    [...document.querySelectorAll('[id^="case="]')].find(({ id }) => id.startsWith(`${name}@`)) ??
    null
  );
}

async function openTarget() {
  const { hash } = location;
  const name = nameOf(hash);
  if (name === '') return;
  if (elementOf(name) === null) await packed.fillFor(name);
  // Of a case of live traffic, named without its scheduler, the fold is not known.
  if (elementOf(name) === null && name.startsWith('case=')) await packed.fillAll();
  const target = elementOf(name);
  if (target === null || location.hash !== hash) return;
  for (let fold = target; fold; fold = fold.parentElement) {
    if (fold instanceof HTMLDetailsElement) {
      const place = fold.querySelector(':scope > [data-packed]');
      fold.open = true;
      // At once, so that nothing moves after it was scrolled to.
      if (place) await packed.fill(place);
    }
    fold.hidden = false;
  }
  target.scrollIntoView();
  const focused = target instanceof HTMLDetailsElement ? target.querySelector('summary') : undefined;
  focused?.focus({ preventScroll: true });
}

addEventListener('hashchange', openTarget);
addEventListener('load', openTarget);

// The contents say where one is.
const contents = new Map(
  [...document.querySelectorAll('.contents a')].map((link) => [link.hash.slice(1), link]),
);
const inView = new Set();
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target.id);
      else inView.delete(target.id);
    }
    const [current] = [...contents.keys()].filter((id) => inView.has(id));
    for (const [id, link] of contents) {
      if (id === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  },
  { rootMargin: '-10% 0px -70% 0px' },
);
for (const section of document.querySelectorAll('main > [id]')) watcher.observe(section);
