import { MODES, type Mode } from '../../lab/modes.ts';
import { html, type Markup } from './markup.ts';

const MODE_TEXTS = [
  [
    'nat',
    'NAT',
    'The director rewrites the destination to the server’s own address. The reply has to come back through it, and gets the VIP as its source again.',
    'The director is the servers’ gateway; they may run anything that speaks IP.',
  ],
  [
    'dr',
    'DR, direct routing',
    'The packet stays as it is; only its frame is addressed to the server’s MAC. The reply goes straight to the client.',
    'Director and servers share a segment; each server holds the VIP, and does not answer ARP for it.',
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
  return html`<p class="lead">A Linux Virtual Server is one address behind which several machines share the work. Clients only know that
<dfn>virtual IP</dfn> (VIP). The <dfn>director</dfn> has it: for every new connection it picks one of the
<dfn>real servers</dfn>, by a rule called the <dfn>scheduler</dfn>, and hands every later packet of that connection to the
same one. It looks at addresses and ports, never at what is inside. How a packet gets to its server, and the reply back,
is the <dfn>mode</dfn>. This report says, from packets captured on every link, whether that is what really happened.</p>
<div class="cards">${MODE_TEXTS.map(
    ([mode, title, text, needs]) =>
      html`<article class="card"><h3>${title}</h3>${modeSketch(mode)}<p>${text}</p><p class="quiet">${needs}</p></article>`,
  )}</div>`;
}

const DESCRIPTIONS: Readonly<Record<Mode, string>> = {
  nat: 'The request goes from the client through the director to the server, and the reply back the same way.',
  dr: 'The request goes from the client through the director to the server; the reply goes straight to the client.',
  tun: 'The request goes from the client to the director, from there in a tunnel to the server; the reply goes straight to the client.',
};

/** A small drawing of the path of request and reply in a mode. */
function modeSketch(mode: Mode): Markup {
  const { repliesPassDirector, encapsulates } = MODES[mode];
  const reply = repliesPassDirector
    ? html`<path class="route reply" d="M198 38H172M112 38H80"/><path class="arrow reply" d="M78 38l9 -4v8zM170 38l9 -4v8z"/>`
    : html`<path class="route reply" d="M233 52V78H40V55"/><path class="arrow reply" d="M40 53l-4 9h8z"/>`;
  return html`<svg class="sketch" viewBox="0 0 280 92" role="img" aria-label="${DESCRIPTIONS[mode]}">
${encapsulates ? html`<path class="tunnel" d="M168 24H196"/>` : undefined}
<path class="route" d="M76 24H104M168 24H192"/><path class="arrow" d="M110 24l-9 -4v8zM198 24l-9 -4v8z"/>
${reply}
${box(4, 'client')}${box(110, 'director', true)}${box(198, 'server')}
</svg>`;
}

function box(x: number, name: string, isDirector = false): Markup {
  const width = isDirector ? 60 : 72;
  return html`<g class="${isDirector ? 'sketch-host director' : 'sketch-host'}"><rect x="${x}" y="10" width="${width}" height="42" rx="6"/><text x="${x + width / 2}" y="35" text-anchor="middle">${name}</text></g>`;
}
