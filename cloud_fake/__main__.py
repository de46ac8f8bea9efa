"""`python -m cloud_fake`: the same as the command `cloud-fake`."""

from cloud_fake.cli import main

if __name__ == "__main__":
    main()
