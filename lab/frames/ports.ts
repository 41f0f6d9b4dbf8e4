/** Where TCP, UDP and SCTP headers begin alike. */
export interface Ports {
  readonly sourcePort: number;
  readonly destinationPort: number;
}
