import type { Call } from "../api.ts"

/** What we know of the libraries that run models: by the path of a call, `torch.load`, `torch.load().eval`. */

/** Libraries that want whole batches: a call costs about the same for one item and for a hundred. */
const BATCH_LIBRARIES =
  /^(torch|torchvision|tensorflow|keras|cupy|onnxruntime|transformers|sentence_transformers|ultralytics|jax|vllm|diffusers)\b/

/** Calls that read a model, tokenizer, session or pipeline: seconds, and hundreds of MiB. */
const LOADERS: readonly RegExp[] = [
  /^torch\.(jit\.|hub\.)?load$/,
  /^(torch\.load\(\)|torch\.nn\.Module\(\)|(pytorch_lightning|lightning(\.pytorch)?)\.LightningModule\(\))(\.\w+\(\))*\.load_state_dict$/,
  /^(pytorch_lightning|lightning(\.pytorch)?)\.LightningModule\.load_from_checkpoint$/,
  /^timm\.create_model$/,
  /^torchvision\.models(\.\w+)*\.(?!.*[Ww]eights)[a-z]\w*$/,
  /^(tensorflow\.)?keras\.(models|saving)\.load_model$/,
  /^tensorflow\.saved_model\.load$/,
  /^tensorflow_hub\.(load|KerasLayer)$/,
  /^(tensorflow\.)?keras\.applications(\.\w+)*\.[A-Z]\w*$/,
  /^onnxruntime\.InferenceSession$/,
  /^transformers\.(\w+\.)*from_pretrained$/,
  /^transformers\.pipeline$/,
  /^sentence_transformers\.(SentenceTransformer|CrossEncoder)$/,
  /^ultralytics\.(YOLO|SAM|RTDETR)$/,
  /^spacy\.load$/,
  /^mlflow(\.\w+)+\.load_model$/,
  /^fasttext\.load_model$/,
  /^whisper\.load_model$/,
  /^easyocr\.Reader$/,
  /^xgboost\.(Booster|XGB\w+)\(\)\.load_model$/,
  /^tiktoken\.(get_encoding|encoding_for_model)$/,
  /^(gensim\.models\.)?KeyedVectors\.load(_word2vec_format)?$/,
  /^gensim\.(downloader\.load|models(\.\w+)*\.(Word2Vec|FastText|Doc2Vec|LdaModel)\.load)$/,
  /^(tensorflow\.)?keras\..*\(\)\.load_weights$/,
  /^tensorflow\.lite\.Interpreter$/,
  /^(vllm\.LLM|llama_cpp\.Llama|ctranslate2\.(Translator|Generator)|faster_whisper\.WhisperModel)$/,
  /^(diffusers|tokenizers)\.(\w+\.)*(from_pretrained|from_file)$/,
  /^(clip\.load|open_clip\.create_model\w*|insightface\.app\.FaceAnalysis|paddleocr\.PaddleOCR)$/,
  /^(stanza\.Pipeline|\w+_core_\w+\.load|flair\.(\w+\.)*\w+\.load|keybert\.KeyBERT|detoxify\.Detoxify)$/,
  /^presidio_analyzer\.AnalyzerEngine$/,
  /^nltk\.sentiment(\.vader)?\.SentimentIntensityAnalyzer$|^vaderSentiment\.vaderSentiment\.SentimentIntensityAnalyzer$/,
  /^(catboost\.CatBoost\w*\(\)|h2o|pycaret\.\w+)\.load_model$/,
]
/** Calls that read any Python object, from a file or from bytes: of models nearly always, inside a UDF. */
const GENERIC_LOADERS = /^(joblib\.load|(c?[pP]ickle|pickle5|cloudpickle|dill|skops\.io)\.loads?)$/

/** What libraries that no list names call it, too. */
const NAMED_LOADERS = /\.(load_model|from_pretrained|load_from_checkpoint|load_checkpoint|load_weights)$/

/** How surely a call loads a model; null where it doesn't. */
export function loadsModel(call: Call): "certain" | "likely" | null {
  if (call.spark) return null
  if (LOADERS.some((loader) => loader.test(call.api))) return "certain"
  return GENERIC_LOADERS.test(call.api) || NAMED_LOADERS.test(call.api) ? "likely" : null
}

/** What the call reads may be any Python object: a model by what is done with it, or by its name. */
export function unpickles(call: Call): boolean {
  return GENERIC_LOADERS.test(call.api) && call.api !== "joblib.load"
}

/** Calls that prepare, convert or ask, and cost little for one item. */
const HOUSEKEEPING = new RegExp(
  [
    /^torch\.(no_grad|inference_mode|device|tensor|\w*Tensor|zeros|ones|arange|empty|full|as_tensor|from_numpy|stack|cat|set_num_threads|manual_seed|set_grad_enabled)$/,
    /^torch\.(cuda|backends|utils|autograd|distributed|multiprocessing)\b/,
    /^tensorflow\.(config|constant|convert_to_tensor|stack|concat|random|io|train|data|dtypes|compat|cast|reshape|expand_dims)\b/,
    /^(tensorflow\.)?keras\.(utils|preprocessing)\b/,
    /^cupy\.(asarray|array|asnumpy|cuda|get_default_memory_pool)\b/,
    /^onnxruntime\.(get_\w+|set_\w+|SessionOptions|\w+Options|\w+Level)/,
    /^transformers\.(logging|utils|set_seed)\b/,
    // text to numbers and back, in Rust or Python on the CPU
    /^transformers\.(\w+\.)*\w*(Tokenizer|FeatureExtractor|ImageProcessor)/,
    /^torchvision\.transforms\b/,
    /^vllm\.SamplingParams$/,
    // what makes a layer, not what runs it
    /^torch\.nn\.[A-Z]\w*$/,
    /\.(to|cpu|cuda|numpy|item|eval|half|float|double|long|int|detach|tolist|get_inputs|get_outputs|get_providers|size|dim|unsqueeze|squeeze|reshape|view|permute|parameters|load_state_dict|requires_grad_)$/,
  ]
    .map((part) => part.source)
    .join("|"),
)

/** A call that computes with such a library: worth a batch, wasted on one item. */
export function computesOnBatches(call: Call): boolean {
  return !call.spark && BATCH_LIBRARIES.test(call.api) && !HOUSEKEEPING.test(call.api) && loadsModel(call) === null
}

/** The function reads its own data, in batches, through an input pipeline: `tf.data`, `DataLoader`. */
export function readsInBatches(calls: readonly Call[]): boolean {
  return calls.some(({ api }) => /^(tensorflow\.data|tensorflow_datasets|torch\.utils\.data)\./.test(api))
}

/** The library of such a call: `torch`. */
export function libraryOf(call: Call): string {
  return /^\w+/.exec(call.api)?.[0] ?? call.api
}

/** Models that aren't deep networks and still take many rows in one call, by the path of the call. */
const PREDICTS: readonly RegExp[] = [
  /^(joblib|pickle|cloudpickle|dill)\.loads?\(\)(\[\])?\.(predict\w*|decision_function|score_samples|transform)$/,
  /^(sklearn|xgboost|lightgbm|catboost|statsmodels)\b.*\(\).*\.(predict\w*|decision_function|score_samples)$/,
  /^mlflow(\.\w+)+\.load_model\(\)\.predict\w*$/,
  /^(fasttext|gensim)\b.*\(\)\.predict$/,
]

/** `nlp(text)` of spaCy, which has `nlp.pipe(texts)` too. */
export function isSpacy(call: Call): boolean {
  return /^(spacy\.(load|blank)|\w+_core_\w+\.load)\(\)$/.test(call.api)
}

/** A call of a model that takes many rows as well as one. */
export function predictsRows(call: Call): boolean {
  return !call.spark && (PREDICTS.some((path) => path.test(call.api)) || isSpacy(call))
}
