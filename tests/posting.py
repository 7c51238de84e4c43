"""Taking a step on the page, as a person does: the form, the second look, and the button."""


def submit(client, path, data, **more):
    """Post a step's form and record it where it is shown once more; gives the last answer."""
    answer = client.post(path, data)
    address, shown, token = answer.get("Location", "").partition("?check=")
    if shown:
        return client.post(address, {"do": "record", "token": token}, **more)
    return client.get(answer["Location"]) if more.get("follow") and "Location" in answer else answer
