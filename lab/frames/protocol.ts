/** Numbers of the IP protocols (assigned by IANA), and the ports that TCP, UDP and SCTP headers begin with. */
export const ICMP = 1;
export const IPIP = 4;
export const TCP = 6;
export const UDP = 17;
export const GRE = 47;
export const ESP = 50;
export const AH = 51;
export const SCTP = 132;

export interface Ports {
  readonly sourcePort: number;
  readonly destinationPort: number;
}
