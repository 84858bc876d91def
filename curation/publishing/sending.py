"""Sends a folder to a hub, in a process of its own: `huggingface_hub` waits without end for a server that is silent.

What to send comes as JSON on standard input; the address, or why there is none, goes as JSON to standard output.
"""

from __future__ import annotations

import os
import sys

import orjson

from scoring.json_types import JsonObject


def send(request: JsonObject) -> JsonObject:
    """Makes the repository where there is none, and sends all files in one commit.

    Args:
        request: folder, repository, public and message, as `hub.push` is given them, and the names of the environment
            variables that hold the token and the endpoint.

    Returns:
        The `address`, or the `error` in the library's words without the token.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    token, repository = os.environ.get(request["token"], ""), request["repository"]
    api = HfApi(endpoint=os.environ.get(request["endpoint"]) or None, token=token)
    try:
        api.create_repo(repository, repo_type="dataset", private=not request["public"], exist_ok=True)
        api.upload_folder(
            repo_id=repository, repo_type="dataset", folder_path=request["folder"], commit_message=request["message"]
        )
    except (HfHubHTTPError, OSError, ValueError, RuntimeError) as error:
        return {"error": " ".join(str(error).split()).replace(token, "(the token)") or type(error).__name__}
    return {"address": f"{api.endpoint}/datasets/{repository}"}


if __name__ == "__main__":
    sys.stdout.buffer.write(b"\n" + orjson.dumps(send(orjson.loads(sys.stdin.buffer.read()))))
