import { html, type Markup } from './markup.ts';
import { modeSketch } from './mode-sketch.ts';
import { heading } from './page.ts';

const MODE_TEXTS = [
  [
    'nat',
    'NAT',
    'The director rewrites the destination to the server’s own address. The reply has to come back through it, and gets the VIP as its source again.',
    'It is the servers’ gateway; they may be anything that speaks IP.',
  ],
  [
    'dr',
    'DR, direct routing',
    'The packet stays as it is; only its frame is addressed to the server’s MAC. The reply goes straight to the client.',
    'Director and servers share a segment; each server holds the VIP, and keeps quiet about it.',
  ],
  [
    'tun',
    'TUN, tunnelling',
    'The director wraps the packet in another IP header to the server, which may be in any network. The reply goes straight to the client.',
    'The server takes the outer header off and holds the VIP.',
  ],
] as const;

/** What the reader looks at, for somebody who has never met LVS. */
export function introductionSection(): Markup {
  return html`<section id="about">
${heading(2, 'about', 'How LVS works')}
<p class="lead">A Linux Virtual Server is one address behind which several machines share the work. Clients only know that
<dfn>virtual IP</dfn> (VIP). The <dfn>director</dfn> has it: for every new connection it picks one of the
<dfn>real servers</dfn>, by a rule called the <dfn>scheduler</dfn>, and hands every later packet of that connection to the
same one. It looks at addresses and ports, never at what is inside. How a packet gets to its server, and the reply back,
is the <dfn>mode</dfn>. This report says, from packets captured on every link, whether that is what really happened.</p>
<div class="cards">${MODE_TEXTS.map(
    ([mode, title, text, needs]) =>
      html`<article class="card"><h3>${title}</h3>${modeSketch(mode)}<p>${text}</p><p class="quiet">${needs}</p></article>`,
  )}</div>
</section>`;
}
