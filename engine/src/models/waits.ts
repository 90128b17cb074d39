/** What awaited calls wait for, as data: by what they are, by the package that an object comes from, and by names that mean nothing else. */
import { isSynchronousForm, lastName, names, words, type Callee } from './callee-table.js';

/** What an awaited call waits for. `process`: a child process, to its end or for its answer. */
export type WaitKind = 'network' | 'process' | 'storage' | 'timer' | 'event' | 'user';

const waits: Readonly<Record<WaitKind, readonly Callee[]>> = {
  network: words(`
    fetch globalThis.fetch window.fetch self.fetch navigator.sendBeacon WebSocket EventSource
    axios#default axios#default.* axios#* got#default got#default.* got#got got#got.* ky#default ky#default.* node-fetch#default cross-fetch#* undici#* ofetch#* superagent#*
    request-promise#* needle#* phin#* wretch#* graphql-request#* http#get http#request https#get https#request http2#connect net#connect
    net#createConnection tls#connect dns#* dns/promises#* nodemailer#* ws#default googleapis#* @aws-sdk/* @octokit/* openai#* @anthropic-ai/sdk#*
    XMLHttpRequest importScripts
  `),
  process: words(`
    child_process#exec child_process#execFile child_process#fork child_process#spawn execa#* tinyexec#* nano-spawn#* cross-spawn#* zx#$ simple-git#*
  `),
  storage: words(`
    fs#promises.* fs/promises#* fs#* fs-extra#* graceful-fs#* fs#default.* fs#default.promises.* fs/promises#default.*
    indexedDB.* caches.* localStorage.* sessionStorage.* navigator.storage.* cookieStore.* chrome.storage.* browser.storage.*
    localforage#* idb#* idb-keyval#* level#* sqlite3#* sqlite#* lowdb#* keyv#* node-persist#*
    @react-native-async-storage/async-storage#* expo-secure-store#* expo-file-system#* react-native-fs#* react-native-mmkv#*
    write-file-atomic#* rimraf#* del#* mkdirp#* make-dir#* load-json-file#* write-json-file#* tempy#*
  `),
  timer: words(`
    timers/promises#* scheduler.wait scheduler.postTask delay#* sleep-promise#* p-wait-for#* p-min-delay#* es-toolkit#delay es-toolkit/promise#delay radash#sleep
    Bun.sleep Atomics.waitAsync
  `),
  event: words(`
    events#once events#on stream/promises#* p-event#* p-defer#* .waitForEvent .waitForSelector .waitForNavigation .waitForResponse
    rxjs#firstValueFrom rxjs#lastValueFrom
  `),
  user: words(`
    confirm prompt alert window.confirm window.prompt window.alert inquirer#* prompts#* enquirer#* @inquirer/prompts#* @clack/prompts#* readline/promises#*
    showOpenFilePicker showSaveFilePicker showDirectoryPicker window.showOpenFilePicker window.showSaveFilePicker window.showDirectoryPicker
    navigator.mediaDevices.getUserMedia navigator.mediaDevices.getDisplayMedia Notification.requestPermission navigator.permissions.request
    navigator.credentials.get navigator.credentials.create
    vscode#window.show* electron#dialog.* .showOpenDialog .showSaveDialog .showMessageBox .showQuickPick .showInputBox .showInformationMessage
    .showWarningMessage .showErrorMessage
  `),
};

/** Calls of these names wait for time, whoever declares them: `sleep(100)`, `this.delay(ms)`. */
const timerNames =
  /^(?:sleep|delay|wait|pause|timeout|backoff|back_off)(?:Ms|For|Seconds|Millis|Milliseconds|Async|Promise)?$/i;

/** What awaiting a call waits for, where the callee tells. */
export function waitKind(callee: Callee): WaitKind | undefined {
  if (isSynchronousForm(callee)) return undefined;
  const plain = callee.replace(/^node:/, '');
  for (const kind of Object.keys(waits) as WaitKind[]) if (names(waits[kind], plain)) return kind;
  return timerNames.test(lastName(plain)) ? 'timer' : undefined;
}

/** Packages whose objects talk to another machine: what is awaited of such an object waits for the network. */
const networkPackages: ReadonlySet<string> = new Set(
  words(`
    axios got ky undici node-fetch cross-fetch ofetch superagent needle wretch graphql-request ws isomorphic-ws websocket
    socket.io-client reconnecting-websocket rpc-websockets sockette faye-websocket @grpc/grpc-js @grpc/grpc-web nice-grpc @connectrpc/connect @improbable-eng/grpc-web
    jayson json-rpc-2.0 @trpc/client @apollo/client @urql/core ethers web3 viem @ethersproject/providers @ethersproject/contracts @metamask/eth-query eth-query eth-method-registry @solana/web3.js @polkadot/api
    @cosmjs/stargate @cosmjs/tendermint-rpc bitcoin-core electrum-client @mysten/sui @nats-io/transport-node nats kafkajs amqplib amqp-connection-manager mqtt async-mqtt
    @octokit/rest @octokit/core octokit googleapis openai @anthropic-ai/sdk @google/generative-ai @google/genai cohere-ai stripe twilio nodemailer @sendgrid/mail
    @supabase/supabase-js @supabase/auth-js pusher-js ably @slack/web-api discord.js telegraf node-telegram-bot-api ssh2 ssh2-sftp-client basic-ftp imapflow
    dockerode @kubernetes/client-node livekit-server-sdk @microsoft/signalr @elastic/elasticsearch @qdrant/js-client-rest chromadb @pinecone-database/pinecone
    @azure/* @aws-sdk/* @google-cloud/* @libp2p/* @nestjs/axios
  `),
);

/** Methods of these names ask another machine, whoever declares them: nothing that is at hand is fetched, uploaded or broadcast. */
const networkNames =
  /^[_#$]*(?:fetch(?:[A-Z_]\w*)?|(?:down|up)load(?:[A-Z_]\w*)?|http(?:Get|Post|Put|Patch|Delete|Request)|(?:send|make|do|perform|execute)(?:Http|Api|API|Rpc|RPC|JsonRpc|GraphQL|Graphql)?Request|(?:api|rpc|jsonRpc|graphql)(?:Call|Request|Query)|call(?:Api|API|Rpc|RPC)|(?:send|submit|broadcast)(?:Raw|Signed)?(?:Transaction|Tx)|broadcast|getTransactionReceipt|waitForTransaction(?:Receipt)?|getBlockNumber|estimateGas)$/;

/** Objects that are called so are clients of another machine, those apart that keep data. */
const networkReceivers =
  /(?:^[_#$]*(?:http|https|axios|rpc|grpc|graphql|gateway|api|client)|[a-z\d](?:Client|Api|API|Rpc|RPC|Gateway|Sdk|SDK))$/;
const keepsData = /db|sql|redis|cache|prisma|mongo|postgres|pg|query|store|storage|local|language|mock|test/i;

/** What a client of a database is asked. */
const databaseMethods = /^(?:query\w*|execute\w*|exec|prepare|transaction|begin\w*|commit|rollback)$/;

/** Objects that are called so ask another machine, or a person, by these methods. */
const provider = /(?:^[_#$]*|[a-z\d])[pP]rovider$/;
const providerMethods = /^(?:request|send|sendAsync|call|broadcast)$/;

/** What a call through a bus names: `messenger.call('PriceService:getPrices')`. */
const dispatched = /^['"`](\w+)[:./](\w+)['"`]$/;
const dispatches = /^(?:call|invoke|request|ask|dispatch)$/;
const networkActor = /(?:Service|Api|Client|Gateway|Backend)$/;

/** Whether a call that names by its first argument what is to be called, calls something that asks another machine. */
export function dispatchesToNetwork(method: string, first: string): boolean {
  const [, actor, action] = (dispatches.test(method) && dispatched.exec(first)) || [];
  if (actor === undefined || action === undefined || keepsData.test(actor)) return false;
  return networkActor.test(actor) || networkNames.test(action);
}

/** Whether the objects of a package, given by its name or by a path in it, talk to another machine. */
export function talksToNetwork(module: string): boolean {
  const plain = module.replace(/^node:/, '');
  const parts = plain.split('/');
  const name = parts.slice(0, plain.startsWith('@') ? 2 : 1).join('/');
  return networkPackages.has(name) || networkPackages.has(`${parts[0]!}/*`);
}

/** Whether a method waits for the network by its name, or by what the object is called that it is a method of. */
export function namesNetwork(method: string, receiver: string | undefined): boolean {
  if (networkNames.test(method)) return true;
  if (receiver === undefined) return false;
  if (provider.test(receiver)) return providerMethods.test(method);
  return networkReceivers.test(receiver) && !keepsData.test(receiver) && !databaseMethods.test(method);
}
