import { afterAll, expect, it } from 'vitest';
import { type Redirection, redirectProgram } from '../../../harness/directors/xdp-redirect/program.ts';
import {
  ipFrame,
  plainChecksum,
  readEthernet,
  readIpv4,
  readUdp,
  udpPacket,
} from '../../../lab/frames/index.ts';
import { loadProgram, PROGRAM_TYPE } from '../../../native/bpf/program.ts';
import { TestRun } from '../../../native/bpf/test-run.ts';
import { close } from '../../../native/sockets.ts';
import { describeAsRoot } from '../../root.ts';

const XDP_PASS = 2;
const XDP_REDIRECT = 4;
const VIP = '10.0.1.201';
const SERVER = '10.0.2.201';
const WAY = {
  address: VIP,
  port: 5300,
  interfaceIndex: 1,
  sourceMac: '02:00:0a:00:02:01',
  destinationMac: '02:00:0a:00:02:c9',
};

describeAsRoot('the bare redirect', () => {
  const programs: number[] = [];
  afterAll(() => programs.forEach(close));
  const run = new TestRun();

  function through(redirection: Redirection, destination = VIP, destinationPort = 5300) {
    const program = loadProgram(redirectProgram(redirection), PROGRAM_TYPE.xdp);
    programs.push(program);
    const packet = udpPacket(
      { source: '10.0.1.20', destination, ttl: 64 },
      { sourcePort: 16_400, destinationPort, payload: new Uint8Array(18) },
    );
    const frame = ipFrame('02:00:0a:00:01:02', '02:00:0a:00:01:01', packet);
    const { result, output } = run.run(program, frame);
    return { frame, result, output: output.slice() };
  }

  it('rewrites for NAT, and leaves checksums right', () => {
    const { result, output } = through({ ...WAY, rewritten: { address: SERVER, port: 5301 } });
    expect(result).toBe(XDP_REDIRECT);
    const { payload, source, destination } = readEthernet(output);
    expect([source, destination]).toEqual([WAY.sourceMac, WAY.destinationMac]);
    expect(plainChecksum(payload.subarray(0, 20))).toBe(0);
    const udp = readUdp(payload);
    expect(udp).toMatchObject({ isChecksumRight: true, sourcePort: 16_400, destinationPort: 5301 });
    expect(udp.ip).toMatchObject({ source: '10.0.1.20', destination: SERVER, ttl: 63 });
  });

  it('takes a hop for DR, and changes nothing else of the packet', () => {
    const { payload } = readEthernet(through(WAY).output);
    expect(plainChecksum(payload.subarray(0, 20))).toBe(0);
    expect(readUdp(payload)).toMatchObject({ isChecksumRight: true, destinationPort: 5300 });
    expect(readUdp(payload).ip).toMatchObject({ destination: VIP, ttl: 63 });
  });

  it('puts a header in front for TUN', () => {
    const outer = { source: '10.0.2.5', destination: '10.0.3.201' };
    const { payload } = readEthernet(through({ ...WAY, outer }).output);
    expect(plainChecksum(payload.subarray(0, 20))).toBe(0);
    const wrapped = readIpv4(payload);
    expect(wrapped).toMatchObject({ ...outer, protocol: 4 });
    expect(readUdp(wrapped.payload)).toMatchObject({ isChecksumRight: true, destinationPort: 5300 });
  });

  it.each([
    ['another address', '10.0.1.202', 5300],
    ['another port', VIP, 5301],
  ])('leaves what goes to %s as it is', (_, destination, port) => {
    const { frame, result, output } = through(WAY, destination, port);
    expect(result).toBe(XDP_PASS);
    expect(output).toEqual(new Uint8Array(frame));
  });
});
