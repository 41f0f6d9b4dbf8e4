/** The director's network as given on the command line: `--port` and `--route`. */
import { CodedError } from '../../../director/coded-error.ts';
import {
  ETHERNET_HEADER_BYTES,
  type Ipv4Address,
  mac,
  type NetworkPrefix,
  type Port,
  parseIpv4,
  UNSPECIFIED,
} from '../../../director/index.ts';

/** A port of the director; its index is its position in the list, from 1. */
export type GivenPort = Omit<Port, 'index'>;

export interface GivenRoute extends NetworkPrefix {
  readonly gateway: Ipv4Address;
}

export const DEFAULT_MTU_BYTES = 1500;
const MIN_MTU_BYTES = 68;
const MAX_MTU_BYTES = 65_535;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/** A `--port` or `--route` that is malformed; the message says what was expected. */
export class NetworkOptionError extends CodedError {
  readonly code = 'NETWORK_OPTION';
}

/** `eth0,02:00:00:00:00:01,10.0.1.1/24,mtu=1400`: name, MAC address, one or more IP addresses, and perhaps the MTU. */
export function parsePort(text: string): GivenPort {
  const [name = '', macText = '', ...rest] = text.split(',');
  const mtuTexts = rest.filter((part) => part.startsWith('mtu='));
  const addresses = rest.filter((part) => !part.startsWith('mtu=')).map(parseAddress);
  const mtuBytes = mtuTexts.length === 0 ? DEFAULT_MTU_BYTES : Number(mtuTexts[0]?.slice('mtu='.length));
  const mtuIsWrong = !(Number.isInteger(mtuBytes) && mtuBytes >= MIN_MTU_BYTES && mtuBytes <= MAX_MTU_BYTES);
  if (name === '' || !MAC.test(macText) || addresses.length === 0 || mtuTexts.length > 1 || mtuIsWrong) {
    throw new NetworkOptionError(
      'Expected NAME,MAC,ADDRESS/LENGTH[,…][,mtu=BYTES] such as eth0,02:00:00:00:00:01,10.0.1.1/24.',
    );
  }
  return { name, linkHeaderBytes: ETHERNET_HEADER_BYTES, mac: mac(macText), mtuBytes, addresses };
}

/** `10.0.3.0/24,via,10.0.2.253`; `default` is `0.0.0.0/0`. */
export function parseRoute(text: string): GivenRoute {
  const [prefix = '', via, gatewayText = '', ...rest] = text.split(',');
  const gateway = parseIpv4(gatewayText);
  if (via !== 'via' || gateway === undefined || rest.length > 0) {
    throw new NetworkOptionError('Expected PREFIX,via,GATEWAY such as 10.0.3.0/24,via,10.0.2.253.');
  }
  if (prefix === 'default') return { network: UNSPECIFIED, prefixLength: 0, gateway };
  const { address, prefixLength } = parseAddress(prefix);
  return { network: address, prefixLength, gateway };
}

function parseAddress(text: string): { address: Ipv4Address; prefixLength: number } {
  const [addressText = '', lengthText = ''] = text.split('/');
  const address = parseIpv4(addressText);
  const prefixLength = Number(lengthText);
  if (address === undefined || !/^\d{1,2}$/.test(lengthText) || prefixLength > 32) {
    throw new NetworkOptionError(`"${text}" is no address with a prefix length, such as 10.0.1.1/24.`);
  }
  return { address, prefixLength };
}
