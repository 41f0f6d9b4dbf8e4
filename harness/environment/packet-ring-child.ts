/**
 * Runs as a process of its own in a throwaway network namespace: taps an interface there with a packet socket and its
 * ring, sends a frame, and checks that the tap sees it.
 */
import { execFileSync } from 'node:child_process';
import { Tap } from '../../lab/netns/tap.ts';
import { interfaceIndex } from '../../native/namespaces.ts';
import { ETH_P_NONE, openPacketSocket } from '../../native/packet-socket.ts';
import { send } from '../../native/sockets.ts';

try {
  execFileSync('ip', ['link', 'set', 'dev', 'lo', 'up'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const tap = new Tap('here', 'lo', 1500);
  send(openPacketSocket(interfaceIndex('lo'), ETH_P_NONE), new Uint8Array(60));
  if (tap.read().length === 0) throw new Error('a packet socket did not see a frame that was sent');
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
