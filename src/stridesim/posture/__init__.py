"""The leg linkage: from the template's hip and foot to joint angles and net joint moments."""
