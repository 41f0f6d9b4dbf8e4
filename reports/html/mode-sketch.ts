import { MODES, type Mode } from '../../lab/modes.ts';
import { html, type Markup } from './markup.ts';

const DESCRIPTIONS: Readonly<Record<Mode, string>> = {
  nat: 'The request goes from the client through the director to the server, and the reply back the same way.',
  dr: 'The request goes from the client through the director to the server; the reply goes straight to the client.',
  tun: 'The request goes from the client to the director, from there in a tunnel to the server; the reply goes straight to the client.',
};

/** A small drawing of the path of request and reply in a mode. */
export function modeSketch(mode: Mode): Markup {
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
