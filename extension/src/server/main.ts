// The language server as the extension ships it: the CLI's, with a parser and a resolver that need no native module.
import { growth, limitHeap } from '../../../cli/src/system/heap.js';
import { startServer } from '../../../cli/src/lsp/main.js';

limitHeap(growth.server);
startServer();
