"""What a release needs beside the packages: citations, licences, materials, a check."""
