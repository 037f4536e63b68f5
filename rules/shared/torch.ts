import type { Call, Udf, Value } from "../api.ts"

/** What we know of torch's modules, by the path of a call: `torch.jit.load().eval()` is what `.eval()` gave. */

/** Where a module comes from that is made here, and so starts in training mode. */
const MADE =
  /^(torch\.nn\.Module\(\)|torchvision\.models\.\w+(\.\w+)*\(\)|timm\.create_model\(\)|(pytorch_lightning|lightning(\.pytorch)?)\.LightningModule\(\))/
/** Where a module comes from that was saved whole. */
const SAVED =
  /^(torch\.(jit\.|hub\.)?load\(\)|mlflow\.pytorch\.load_model\(\)|(pytorch_lightning|lightning(\.pytorch)?)\.LightningModule\.load_from_checkpoint\(\))/
/** Hugging Face gives its models in evaluation mode; TensorFlow's and Flax's are no torch. */
const PRETRAINED = /^transformers\.(\w+\.)*(?!TF|Flax)\w*(Model|For[A-Z]\w*|LMHead\w*)(\.\w+)?\.from_pretrained\(\)/
/** Methods that give the module back. */
const SAME = /^(\.(to|cuda|cpu|eval|train|half|float|double|bfloat16|requires_grad_|to_bettertransformer)\(\))*$/

/** The path a torch module comes from, where a value's path is that of a module; undefined where it isn't. */
function moduleRoot(path: string): string | undefined {
  // torch.compile(model) and DataParallel(model) run what they were given
  if (/^torch\.(compile|nn\.DataParallel)\(\)$/.test(path)) return path
  for (const origin of [MADE, SAVED, PRETRAINED]) {
    const root = origin.exec(path)?.[0]
    if (root !== undefined && SAME.test(path.slice(root.length))) return root
  }
  return undefined
}

/** The root of the module that a call runs forward: `model(x)`, `model.forward(x)`; undefined for any other call. */
export function forwardOf(call: Call): string | undefined {
  return call.spark ? undefined : moduleRoot(call.api.replace(/\.forward$/, ""))
}

/** Whether a module starts in training mode, so that dropout and batch statistics are on until `.eval()`. */
export function startsInTraining(root: string): boolean {
  return MADE.test(root)
}

const OFF = /(^|\.)(no_grad|inference_mode|set_grad_enabled)\(\)$/

function switchesOff(value: Value): boolean {
  return value.kind === "foreign" && OFF.test(value.path)
}

/** Whether gradients are off around a call, or may be: by a context manager, a decorator, or a switch in the body. */
export function gradientsOff(call: Call, udf: Udf): boolean {
  return (
    call.within.some(switchesOff) ||
    udf.calls.some((other) =>
      /(^torch\.set_grad_enabled|\.requires_grad_|^torch\.(jit\.)?(freeze|optimize_for_inference))$/.test(other.api),
    )
  )
}

/** Whether a body trains, or asks for gradients: then they are what it is for. `text` is the body's. */
export function wantsGradients(udf: Udf, text: string): boolean {
  // a loss that a parameter computes has no path, and its backward() none either
  if (/\.backward\(|\.zero_grad\(|\brequires_grad\s*=\s*True|\bcaptum\b/.test(text)) return true
  return udf.calls.some((call) => /(\.backward|\.zero_grad|\.autograd\.grad|\.fit)$|^torch\.optim\b/.test(call.api))
}

/** Layers that behave differently in training: dropout, and those that keep statistics of a batch. */
export const MODE_LAYERS =
  /^torch\.nn\.(\w*Dropout\w*|BatchNorm\w*|SyncBatchNorm|InstanceNorm\w*|Transformer\w*|LSTM|GRU|MultiheadAttention)$/
