/** What is said when the backend refuses. */
import type { Errno, Refusal } from './backend/answers.ts';
import type { Operation } from './backend/operations.ts';

const NO_SERVICE = 'No such service';
const NO_ALGORITHM = 'Scheduler or persistence engine not found';
const SERVICE_UNDEFINED = 'Service not defined';
const NO_SERVER = 'No such destination';

type Texts = Readonly<Partial<Record<Errno, string>>>;

const BY_OPERATION: Readonly<Partial<Record<Operation['do'], Texts>>> = {
  'add-service': { EEXIST: 'Service already exists', ENOENT: NO_ALGORITHM },
  'edit-service': { ESRCH: NO_SERVICE, ENOENT: NO_ALGORITHM },
  'delete-service': { ESRCH: NO_SERVICE },
  zero: { ESRCH: NO_SERVICE },
  'get-service': { ESRCH: NO_SERVICE },
  'add-server': { ESRCH: SERVICE_UNDEFINED, EEXIST: 'Destination already exists' },
  'edit-server': { ESRCH: SERVICE_UNDEFINED, ENOENT: NO_SERVER },
  'delete-server': { ESRCH: SERVICE_UNDEFINED, ENOENT: NO_SERVER },
  'start-daemon': { EEXIST: 'Daemon has already run' },
  'stop-daemon': { ESRCH: 'No daemon is running' },
};

/** Where the operation has no words of its own. */
const GENERAL: Readonly<Record<Errno, string>> = {
  EAFNOSUPPORT: 'Operation not supported with specified address family',
  EEXIST: 'File exists',
  EINVAL: 'Invalid operation.  Possibly wrong module version, address not unicast, ...',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  EOPNOTSUPP: 'Operation not supported with IPv6',
  ERANGE: 'Numerical result out of range',
  ESRCH: 'No such process',
};

export function refusalText(operation: Operation, { errno, reason }: Refusal): string {
  return reason ?? BY_OPERATION[operation.do]?.[errno] ?? GENERAL[errno];
}
