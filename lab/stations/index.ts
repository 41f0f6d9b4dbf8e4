/** Scripted hosts, and what a script lets them do. */
export { bareStack } from './bare-stack.ts';
export { ScriptedStation, type StationOptions } from './scripted-station.ts';
export { type Responder, type Station, StationError, type StationTime, together } from './station.ts';
export { TcpClient, type TcpClientOptions } from './tcp-client.ts';
export { seededNumber, type TcpReaction, type TcpServerOptions, tcpServer } from './tcp-server.ts';
export { type UdpEchoOptions, udpEcho } from './udp-echo.ts';
