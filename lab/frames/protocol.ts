/** Numbers of the IP protocols (assigned by IANA). */
export const ICMP = 1;
export const IPIP = 4;
export const TCP = 6;
export const UDP = 17;
export const GRE = 47;
export const ESP = 50;
export const SCTP = 132;
