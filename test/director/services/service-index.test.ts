import { expect, test } from 'vitest';
import { ServiceIndex } from '../../../director/services/service-index.ts';
import { VirtualService } from '../../../director/services/virtual-service.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { PROTOCOL } from '../../../director/wire/ipv4.ts';

const VIP = ipv4('10.0.0.1');
const OPTIONS = { scheduler: 'rr', flags: 0, persistenceMs: 0, netmask: -1 };

function service(protocol: number, port: number, mark = 0): VirtualService {
  const key = { protocol, address: VIP, port, mark };
  return new VirtualService(key, OPTIONS, () => ({ name: 'rr', pick: () => undefined }));
}

test('a mark comes first, then the exact endpoint, then FTP, then any port', () => {
  const index = new ServiceIndex();
  const [web, ftp, any, marked] = [service(6, 80), service(6, 21), service(6, 0), service(0, 0, 7)] as const;
  for (const one of [any, ftp, web, marked]) index.add(one);
  const find = (port: number, mark = 0) => index.find(PROTOCOL.tcp, VIP, port, mark);
  expect(find(80, 7)).toBe(marked);
  expect(find(80, 8)).toBe(web);
  expect(find(21)).toBe(ftp);
  expect(find(20)).toBe(ftp);
  expect(find(1024)).toBe(ftp);
  expect(find(1023)).toBe(any);
  expect(index.find(PROTOCOL.udp, VIP, 80, 0)).toBeUndefined();
  expect(index.find(PROTOCOL.tcp, ipv4('10.0.0.2'), 80, 0)).toBeUndefined();
  index.delete(ftp);
  expect(find(1024)).toBe(any);
  index.delete(any);
  expect(find(1024)).toBeUndefined();
  index.delete(marked);
  expect(find(80, 7)).toBe(web);
  expect([...index.all()]).toEqual([web]);
});

test('FTP data is TCP only', () => {
  const index = new ServiceIndex();
  index.add(service(PROTOCOL.udp, 21));
  expect(index.find(PROTOCOL.udp, VIP, 5000, 0)).toBeUndefined();
});
