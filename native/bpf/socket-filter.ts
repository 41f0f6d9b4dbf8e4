/** BPF programs as filters of sockets. */
import { int32, SOL_SOCKET, setSocketOption } from '../sockets.ts';

const SO_ATTACH_BPF = 50;

/** From now on a socket receives what the program, of type `socketFilter`, lets it have. Takes the place of another filter. */
export function attachSocketFilter(socket: number, program: number): void {
  setSocketOption(socket, SOL_SOCKET, SO_ATTACH_BPF, int32(program));
}
