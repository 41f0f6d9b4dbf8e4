/** A change of rules, parsed: what one line of `ipvsadm -R` asks for, and the director's own firewall marks. */
import type { DestinationOptions, ServerKey } from '../services/destination.ts';
import type { MarkRule } from '../services/marks.ts';
import type { ServiceKey, ServiceOptions } from '../services/virtual-service.ts';
import type { DirectorState } from '../state.ts';

export type Command =
  | {
      readonly kind: 'add-service' | 'edit-service';
      readonly service: ServiceKey;
      readonly options: ServiceOptions;
    }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | {
      readonly kind: 'add-server' | 'edit-server';
      readonly service: ServiceKey;
      readonly server: ServerKey;
      readonly options: DestinationOptions;
    }
  | { readonly kind: 'delete-server'; readonly service: ServiceKey; readonly server: ServerKey }
  | { readonly kind: 'clear' }
  /** 0 keeps what is. */
  | { readonly kind: 'set'; readonly tcpMs: number; readonly tcpFinMs: number; readonly udpMs: number }
  /** `lvs-lab director mark`: packets that match carry a firewall mark from now on. */
  | { readonly kind: 'mark'; readonly rule: MarkRule };

/**
 * Carries a command out; `Core.rulesChanged` is to be called after the last one. Throws a RuleError and changes
 * nothing where it cannot be.
 */
export function applyCommand(state: DirectorState, command: Command): void {
  const { services } = state;
  switch (command.kind) {
    case 'add-service':
      services.addService(command.service, command.options);
      break;
    case 'edit-service':
      services.editService(command.service, command.options);
      break;
    case 'delete-service':
      services.deleteService(command.service);
      break;
    case 'add-server':
      services.addDestination(command.service, command.server, command.options);
      break;
    case 'edit-server':
      services.editDestination(command.service, command.server, command.options);
      break;
    case 'delete-server':
      services.deleteDestination(command.service, command.server);
      break;
    case 'clear':
      services.clear();
      break;
    case 'set':
      state.connections.timeouts.set(command.tcpMs, command.tcpFinMs, command.udpMs);
      break;
    case 'mark':
      state.marks.set(command.rule);
      break;
  }
}
