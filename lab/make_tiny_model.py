"""Writes a tiny llama with random weights, its tokenizer and a chat template: enough for a real mlx_lm.server.

It answers nonsense, at once, in about 100 MB; nothing is downloaded. Usage: make_tiny_model.py FOLDER [CONFIG], where
CONFIG is JSON whose keys take the place of those below.
"""

import json
import sys
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten
from mlx_lm.models import llama
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

# One token for each byte, and three special ones: no merges are needed to write any text.
special = ["<s>", "</s>", "<pad>"]
alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
vocabulary = {token: number for number, token in enumerate(special + alphabet)}
tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.add_special_tokens(special)
tokenizer.save(str(folder / "tokenizer.json"))

template = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
(folder / "tokenizer_config.json").write_text(
    json.dumps(
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "chat_template": template,
        }
    )
)

config = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "intermediate_size": 128,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-5,
    "vocab_size": len(vocabulary),
    "max_position_embeddings": 4096,
    "tie_word_embeddings": True,
    "bos_token_id": 0,
    "eos_token_id": 1,
    **json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}"),
}
(folder / "config.json").write_text(json.dumps(config))

mx.random.seed(0)
model = llama.Model(llama.ModelArgs.from_dict(config))
mx.eval(model.parameters())
weights = dict(tree_flatten(model.parameters()))
mx.save_safetensors(str(folder / "model.safetensors"), weights, metadata={"format": "mlx"})
