// Links to a case open it, however deep it is folded away. `#case=nat/reply/source` leads to the first of that name.

function targetOf(hash) {
  let name;
  try {
    name = decodeURIComponent(hash.slice(1));
  } catch {
    return null;
  }
  if (name === '') return null;
  return (
    document.getElementById(name) ??
    [...document.querySelectorAll('[id^="case="]')].find(({ id }) => id.startsWith(`${name}@`)) ??
    null
  );
}

function openTarget() {
  const target = targetOf(location.hash);
  if (target === null) return;
  for (let fold = target; fold; fold = fold.parentElement) {
    if (fold instanceof HTMLDetailsElement) fold.open = true;
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
for (const section of document.querySelectorAll('main > section')) watcher.observe(section);
