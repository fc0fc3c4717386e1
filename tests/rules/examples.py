"""Rules that the tests of this room share, as source text, with a given for each."""

from typing import Any

ADDITION = """
def addition(a, b):
    result = ''
    carry = 0
    while a or b:
        x = int(a[-1]) if a else 0
        y = int(b[-1]) if b else 0
        total = x + y + carry
        result = str(total % 10) + result
        carry = total // 10
        a = a[:-1]
        b = b[:-1]
    if carry:
        result = str(carry) + result
    return result
"""
PARITY = """
def parity(bits):
    state = 0
    for bit in bits:
        state = (state + bit) % 2
    return state
"""
INSERTION = """
def insertion(xs):
    out = []
    for x in xs:
        place = 0
        while place < len(out) and out[place] <= x:
            place += 1
        out.insert(place, x)
    return out
"""
BRACKETS = """
PAIRS = {')': '(', ']': '['}

def matches(stack, c):
    return len(stack) > 0 and stack[-1] == PAIRS[c]

def brackets(s):
    stack = []
    for c in s:
        if c in '([':
            stack.append(c)
            continue
        fits = matches(stack, c)
        if not fits:
            return False
        stack.pop()
    return len(stack) == 0
"""
COUNTER = """
def counter(words):
    seen = {}
    for i, word in enumerate(words):
        seen[word] = seen.get(word, 0) + 1
    best = max(sorted(seen), key=lambda w: seen[w])
    return best, seen[best]
"""
DIGITS = """
def digits(x):
    while x > 9:
        total = 0
        while x > 0:
            total += x % 10
            x //= 10
        x = total
    return x
"""
ZEROS = """
def zeros(xs):
    kept = []
    while xs:
        x = xs.pop(0)
        if x == 0:
            continue
        elif x < 0:
            break
        else:
            kept.append(x)
    return kept
"""
RECURSIVE = """
def power(base, exponent):
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    if exponent % 2 == 0:
        return half * half
    return half * half * base
"""

EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "addition": (ADDITION, {"a": "197", "b": "58"}),
    "parity": (PARITY, {"bits": [1, 0, 1]}),
    "insertion": (INSERTION, {"xs": [3, 1, 2]}),
    "brackets": (BRACKETS, {"s": "([])"}),
    "counter": (COUNTER, {"words": ["b", "a", "b"]}),
    "digits": (DIGITS, {"x": 987}),
    "zeros": (ZEROS, {"xs": [0, 5, 0, 7]}),
    "power": (RECURSIVE, {"base": 3, "exponent": 5}),
}
