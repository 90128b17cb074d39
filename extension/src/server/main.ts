// The language server as the extension ships it: the CLI's, with a parser and a resolver that need no native module.
import { limitServerHeap } from '../../../cli/src/lsp/heap.js';
import { startServer } from '../../../cli/src/lsp/main.js';

limitServerHeap();
startServer();
