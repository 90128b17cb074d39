// The language server as the extension ships it: the CLI's, with a parser and a resolver that need no native module.
import { startServer } from '../../../cli/src/lsp/main.js';

startServer();
