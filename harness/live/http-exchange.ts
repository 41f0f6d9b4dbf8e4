/** One HTTP request and its response on a connection of the caller. */
import type { Socket } from 'node:net';

const HEADER_END = '\r\n\r\n';

/** Requests a body of so many bytes. @param last Asks the server to close the connection after its response. */
export function requestText(bytes: number, last: boolean): string {
  return `GET /bytes?size=${bytes} HTTP/1.1\r\nHost: vip\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;
}

/** Reads one response to its end: which server sent it, and the size of its body. */
export function readAnswer(socket: Socket): Promise<{ server: string; bytes: number }> {
  return new Promise((resolve, reject) => {
    let head = '';
    let left = -1;
    let size = 0;
    let server = '';
    const settle = (done: () => void) => {
      socket.off('data', onData).off('end', onEnd).off('error', reject);
      done();
    };
    const onEnd = () =>
      settle(() => reject(new Error('the server ended the connection before its answer was whole')));
    const onData = (chunk: Buffer) => {
      if (left < 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf(HEADER_END);
        if (end < 0) return;
        size = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
        server = /^x-real-server: (\S+)/im.exec(head)?.[1] ?? '';
        left = size - (head.length - end - HEADER_END.length);
      } else left -= chunk.length;
      if (left === 0) settle(() => resolve({ server, bytes: size }));
      else if (!(left > 0)) settle(() => reject(new Error('the answer is not as long as it says')));
    };
    socket.on('data', onData).on('end', onEnd).on('error', reject);
  });
}
