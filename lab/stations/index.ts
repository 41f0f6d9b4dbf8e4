/** Scripted hosts, and what a script lets them do. */
export { bareStack } from './bare-stack.ts';
export { ScriptedStation, type StationOptions } from './scripted-station.ts';
export { seededNumber } from './seeded-number.ts';
export type { Responder, Station } from './station.ts';
export { StationError } from './station-error.ts';
export type { StationTime } from './station-time.ts';
export { TcpClient, type TcpClientOptions } from './tcp-client.ts';
export { type TcpReaction, type TcpServerOptions, tcpServer } from './tcp-server.ts';
export { together } from './together.ts';
export { type UdpEchoOptions, udpEcho } from './udp-echo.ts';
