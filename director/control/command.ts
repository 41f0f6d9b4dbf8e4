/** A change of rules, parsed: what one line of `ipvsadm -R` asks for. */
import type { DestinationOptions } from '../services/destination.ts';
import type { ServerKey, ServiceKey, ServiceTable } from '../services/service-table.ts';

export type Command =
  | {
      readonly kind: 'add-service' | 'edit-service';
      readonly service: ServiceKey;
      readonly scheduler: string;
    }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | {
      readonly kind: 'add-server' | 'edit-server';
      readonly service: ServiceKey;
      readonly server: ServerKey;
      readonly options: DestinationOptions;
    }
  | { readonly kind: 'delete-server'; readonly service: ServiceKey; readonly server: ServerKey }
  | { readonly kind: 'clear' };

/** Carries a command out. Throws a RuleError and changes nothing where it cannot be. */
export function applyCommand(services: ServiceTable, command: Command): void {
  switch (command.kind) {
    case 'add-service':
      services.addService(command.service, command.scheduler);
      break;
    case 'edit-service':
      services.editService(command.service, command.scheduler);
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
  }
}
